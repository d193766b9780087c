using HmacFileServer.Core.Networks;

namespace HmacFileServer.Platform.Tests.Namespaces;

public static class MonitorWaiting
{
    // Only to end a test that has failed: nothing here takes seconds.
    private static readonly TimeSpan Forever = TimeSpan.FromSeconds(20);

    /// <summary>Waits until the list satisfies the condition, and returns the interface of that name as it was then (null: none).</summary>
    public static async Task<InterfaceSnapshot?> WaitFor(this INetworkMonitor monitor, string name, Func<InterfaceSnapshot?, bool> condition)
    {
        var seen = new TaskCompletionSource<InterfaceSnapshot?>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var subscription = monitor.Subscribe(Check);
        Check(monitor.Current);
        try
        {
            return await seen.Task.WaitAsync(Forever, TimeProvider.System);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"{name} never came to be as expected; last seen: {Describe(monitor.Current)}");
        }

        void Check(IReadOnlyList<InterfaceSnapshot> all)
        {
            var found = all.FirstOrDefault(i => i.Name == name);
            if (condition(found))
                seen.TrySetResult(found);
        }
    }

    public static string Describe(IReadOnlyList<InterfaceSnapshot> all) => string.Join("; ", all.Select(i =>
        $"{i.Index} {i.Name} {i.Type} up={i.IsUp} carrier={i.HasCarrier} [{string.Join(", ", i.Addresses)}] [{string.Join(", ", i.Routes)}]"));
}
