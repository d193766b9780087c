using System.Net;
using System.Net.Sockets;
using HmacFileServer.Server.Connections;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HmacFileServer.Server.Tests.Connections;

public sealed class TransportMemoryPoolTests
{
    [Fact]
    public void Large_blocks_are_given_while_the_budget_lasts_then_small_ones()
    {
        using var pool = new TransportMemoryPool(maxLargeBlocks: 2);

        var blocks = Enumerable.Range(0, 4).Select(_ => pool.Rent(TransportMemoryPool.SmallBlockBytes)).ToList();
        Assert.Equal(
            [TransportMemoryPool.LargeBlockBytes, TransportMemoryPool.LargeBlockBytes, TransportMemoryPool.SmallBlockBytes, TransportMemoryPool.SmallBlockBytes],
            blocks.Select(b => b.Memory.Length));

        blocks[3].Dispose();
        blocks[0].Dispose();
        using var again = pool.Rent();
        Assert.Equal(TransportMemoryPool.LargeBlockBytes, again.Memory.Length);
        Assert.Equal(2, pool.LargeInUse);
    }

    [Fact]
    public void Whoever_needs_a_large_block_gets_one_beyond_the_budget()
    {
        using var pool = new TransportMemoryPool(maxLargeBlocks: 0);

        using (var block = pool.Rent(TransportMemoryPool.SmallBlockBytes + 1))
            Assert.Equal(TransportMemoryPool.LargeBlockBytes, block.Memory.Length);

        Assert.Equal(0, pool.LargeInUse);
        Assert.Throws<ArgumentOutOfRangeException>(() => pool.Rent(TransportMemoryPool.LargeBlockBytes + 1));
    }

    [Fact]
    public void A_block_that_is_disposed_twice_is_not_given_to_two()
    {
        using var pool = new TransportMemoryPool(maxLargeBlocks: 8);
        var block = pool.Rent();
        block.Dispose();
        block.Dispose();

        Assert.NotSame(pool.Rent(), pool.Rent());
        Assert.Equal(2, pool.LargeInUse);
    }

    [Fact]
    public async Task Threads_never_share_a_block_and_the_count_comes_back_to_zero()
    {
        using var pool = new TransportMemoryPool(maxLargeBlocks: 3);

        void Work(int mark)
        {
            for (var i = 0; i < 20_000; i++)
            {
                using var block = pool.Rent();
                block.Memory.Span[0] = (byte)mark;
                block.Memory.Span[^1] = (byte)mark;
                Assert.Equal(mark, block.Memory.Span[0]);
                Assert.Equal(mark, block.Memory.Span[^1]);
            }
        }

        await Task.WhenAll(Enumerable.Range(1, 6).Select(mark => Task.Run(() => Work(mark))));

        Assert.Equal(0, pool.LargeInUse);
    }

    [Fact]
    public async Task Kestrel_receives_a_body_in_large_blocks_and_gives_them_all_back()
    {
        var factory = new TransportMemoryPoolFactory();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton<IMemoryPoolFactory<byte>>(factory);
        await using var app = builder.Build();
        var longest = 0;
        app.Run(async context =>
        {
            var reader = context.Request.BodyReader;
            while (true)
            {
                var result = await reader.ReadAsync();
                foreach (var piece in result.Buffer)
                    longest = Math.Max(longest, piece.Length);
                reader.AdvanceTo(result.Buffer.End);
                if (result.IsCompleted)
                    break;
            }
        });
        await app.StartAsync();
        var address = new Uri(app.Urls.Single());
        using (var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
        {
            await socket.ConnectAsync(IPAddress.Loopback, address.Port);
            await socket.SendAsync("PUT / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 4194304\r\n\r\n"u8.ToArray());
            await socket.SendAsync(new byte[4194304]);
            while (await socket.ReceiveAsync(new byte[4096]) > 0)
            {
            }
        }
        await app.StopAsync();

        Assert.InRange(longest, 4 * TransportMemoryPool.SmallBlockBytes, TransportMemoryPool.LargeBlockBytes);
        Assert.Equal(0, factory.Pool.LargeInUse);
    }

    [Fact]
    public void An_answer_takes_a_small_block_and_a_download_a_large_one()
    {
        using var pool = new TransportMemoryPool(maxLargeBlocks: 4);
        using (var answer = pool.ForAnswers.Rent())
            Assert.Equal((TransportMemoryPool.SmallBlockBytes, 0), (answer.Memory.Length, pool.LargeInUse));
        using (var piece = pool.ForAnswers.Rent(TransportMemoryPool.LargeBlockBytes))
            Assert.Equal((TransportMemoryPool.LargeBlockBytes, 1), (piece.Memory.Length, pool.LargeInUse));
        Assert.Equal(0, pool.LargeInUse);
    }
}
