Console.WriteLine("migrate");
