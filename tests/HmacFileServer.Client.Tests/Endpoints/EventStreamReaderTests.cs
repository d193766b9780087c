using System.Text;
using HmacFileServer.Client.Endpoints;

namespace HmacFileServer.Client.Tests.Endpoints;

public sealed class EventStreamReaderTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100_000)]
    public async Task Events_are_read_however_the_bytes_are_cut(int piece)
    {
        var read = await ReadAsync(":\n\nevent: upload\ndata: {\"a\":1}\n\n:\n\nevent:switch\r\ndata:one\r\ndata: two\r\n\r\ndata: plain\n\nevent: lost\n\nevent: cut", piece);
        Assert.Equal([("upload", "{\"a\":1}"), ("switch", "one\ntwo"), ("message", "plain")], read);
    }

    [Fact]
    public async Task A_line_that_never_ends_costs_64_KB_and_the_next_event_is_read() =>
        Assert.Equal([("switch", "x")], await ReadAsync($"event: upload\ndata: {new string('1', 300_000)}\n\nevent: switch\ndata: x\n\n", 5000));

    [Fact]
    public async Task The_name_of_an_event_without_data_is_not_that_of_the_next() =>
        Assert.Equal([("message", "x")], await ReadAsync("event: switch\n\ndata: x\n\n", 100));

    [Fact]
    public async Task The_end_of_a_line_that_is_too_long_is_none_of_its_own() =>
        Assert.Equal([("message", "x")], await ReadAsync($"{new string('1', 64 * 1024)}data: smuggled\n\ndata: x\n\n", 5000));

    [Fact]
    public async Task Data_in_very_many_lines_is_bounded()
    {
        var text = new StringBuilder("event: upload\n");
        for (var i = 0; i < 3000; i++)
            text.Append("data: ").Append('1', 100).Append('\n');
        var read = Assert.Single(await ReadAsync(text.Append('\n').ToString(), 5000));
        Assert.InRange(read.Data.Length, 1, 70_000);
    }

    private static async Task<List<(string Name, string Data)>> ReadAsync(string text, int piece)
    {
        var heard = 0;
        var reader = new EventStreamReader(new Pieces(Encoding.UTF8.GetBytes(text), piece)) { Heard = () => heard++ };
        var read = new List<(string, string)>();
        while (await reader.ReadAsync(CancellationToken.None) is { } one)
            read.Add(one);
        Assert.True(heard > 0);
        return read;
    }

    /// <summary>Gives a few bytes at a time.</summary>
    private sealed class Pieces(byte[] bytes, int most) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, most)], cancellationToken);
    }
}
