// Azurite that ends with its standard input, which the system closes when the process that started it is gone.
process.stdin.on('end', () => process.exit()).resume();
require('azurite/dist/src/azurite');
