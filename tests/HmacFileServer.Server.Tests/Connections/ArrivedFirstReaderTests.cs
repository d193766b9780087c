using System.IO.Pipelines;
using HmacFileServer.Server.Connections;

namespace HmacFileServer.Server.Tests.Connections;

/// <summary>The end of a connection is told after its last byte, and not before.</summary>
public sealed class ArrivedFirstReaderTests
{
    private readonly Pipe _pipe = new();
    private readonly ArrivedFirstReader _reader;

    public ArrivedFirstReaderTests() => _reader = new ArrivedFirstReader(_pipe.Reader);

    [Fact]
    public async Task Bytes_that_came_with_the_end_come_first()
    {
        await _pipe.Writer.WriteAsync(new byte[10]);
        await _pipe.Writer.CompleteAsync();
        var result = await _reader.ReadAsync();
        Assert.Equal((10, false), (result.Buffer.Length, result.IsCompleted));
        _reader.AdvanceTo(result.Buffer.End);
        result = await _reader.ReadAsync();
        Assert.Equal((0, true), (result.Buffer.Length, result.IsCompleted));
    }

    [Fact]
    public async Task Bytes_that_were_looked_at_already_do_not_hold_the_end_back()
    {
        await _pipe.Writer.WriteAsync(new byte[10]);
        var result = await _reader.ReadAsync();
        _reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        await _pipe.Writer.CompleteAsync();
        result = await _reader.ReadAsync();
        Assert.Equal((10, true), (result.Buffer.Length, result.IsCompleted));
    }

    [Fact]
    public async Task Of_bytes_looked_at_in_part_the_rest_comes_first()
    {
        await _pipe.Writer.WriteAsync(new byte[10]);
        var result = await _reader.ReadAsync();
        _reader.AdvanceTo(result.Buffer.GetPosition(2), result.Buffer.GetPosition(5));
        await _pipe.Writer.CompleteAsync();
        Assert.True(_reader.TryRead(out result));
        Assert.Equal((8, false), (result.Buffer.Length, result.IsCompleted));
        _reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        Assert.True((await _reader.ReadAsync()).IsCompleted);
    }

    [Fact]
    public async Task An_end_that_was_asked_for_wakes_whoever_waits()
    {
        var reading = _reader.ReadAsync();
        Assert.False(reading.IsCompleted);
        _reader.End();
        var result = await reading;
        Assert.Equal((true, false), (result.IsCompleted, result.IsCanceled));
    }
}
