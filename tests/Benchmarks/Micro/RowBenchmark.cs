using BenchmarkDotNet.Attributes;
using MigrationFunctions.Core.Copying;
using MigrationFunctions.Core.Encoders;
using MigrationFunctions.Core.Mapping;
using MigrationFunctions.PostgreSql.Tests.Support;

namespace Benchmarks.Micro;

/// <summary>One row on its way from the reader's typed getters into the COPY buffer.</summary>
public class RowBenchmark : IDisposable
{
    const int Rows = 10_000;
    readonly TupleBuffer _buffer = new();
    readonly BatchDigest _digest = new();
    MemoryRows _rows = null!;
    RowEncoder _encoder = null!;
    byte[] _row = [];

    [Params(RowKind.FixedWidth, RowKind.AssessmentResult, RowKind.Text)]
    public RowKind Kind { get; set; }

    [GlobalSetup]
    public void Build()
    {
        var (layout, rows) = RowShape.Of(Kind).Build();
        (_rows, _encoder) = (rows, new RowEncoder(layout, RowShape.Tenant, RowShape.IdNamespace));
        Encode();
        _row = _buffer.LastRow.ToArray();
    }

    /// <summary>Read and mapped.</summary>
    [Benchmark(OperationsPerInvoke = Rows)]
    public int Encode()
    {
        var length = 0;
        for (var i = 0; i < Rows; i++)
        {
            _buffer.Reset();
            _rows.Read();
            if (_encoder.Encode(_rows, _buffer) != RowOutcome.Written)
                throw new InvalidOperationException(_encoder.Reason?.Message);
            length += _buffer.Length;
        }
        return length;
    }

    /// <summary>Digested, of bytes that are in the cache as they are after encoding.</summary>
    [Benchmark(OperationsPerInvoke = Rows)]
    public BatchDigest Digest()
    {
        for (var i = 0; i < Rows; i++)
            _digest.Add(_row);
        return _digest;
    }

    public void Dispose()
    {
        _buffer.Dispose();
        _rows?.Dispose();
        GC.SuppressFinalize(this);
    }
}
