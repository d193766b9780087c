using HmacFileServer.Storage.FileSystem;

namespace HmacFileServer.Storage.Tests.Staging;

/// <summary>One at a time for one key; keys do not wait for each other.</summary>
public sealed class KeyedGateTests
{
    [Fact]
    public async Task A_second_waits_for_the_first_and_other_keys_do_not()
    {
        var gate = new KeyedGate<string>();
        var first = await gate.EnterAsync("a", default);
        var second = gate.EnterAsync("a", default).AsTask();
        (await gate.EnterAsync("b", default)).Dispose();
        Assert.False(second.IsCompleted);

        first.Dispose();

        (await second).Dispose();
        (await gate.EnterAsync("a", default)).Dispose();
    }

    [Fact]
    public async Task Who_gives_up_waiting_does_not_let_a_third_in()
    {
        var gate = new KeyedGate<string>();
        var first = await gate.EnterAsync("a", default);
        using var patience = new CancellationTokenSource();
        var second = gate.EnterAsync("a", patience.Token).AsTask();
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);

        var third = gate.EnterAsync("a", default).AsTask();
        Assert.False(third.IsCompleted);
        first.Dispose();
        (await third).Dispose();
    }
}
