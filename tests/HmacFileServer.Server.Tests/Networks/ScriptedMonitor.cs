using System.Net;
using HmacFileServer.Core.Networks;
using HmacFileServer.Platform;

namespace HmacFileServer.Server.Tests.Networks;

/// <summary>Interfaces that a test makes and takes away.</summary>
internal sealed class ScriptedMonitor : INetworkMonitor
{
    private Action<IReadOnlyList<InterfaceSnapshot>>? _onChange;

    public IReadOnlyList<InterfaceSnapshot> Current { get; private set; } = [];

    public void Set(params (string Name, InterfaceType Type, string Address)[] interfaces) =>
        Set([.. interfaces.Select((i, n) => new InterfaceSnapshot(n + 1, i.Name, i.Type) { IsUp = true, HasCarrier = true, Addresses = [IPAddress.Parse(i.Address)] })]);

    public void Set(params InterfaceSnapshot[] interfaces)
    {
        Current = interfaces;
        _onChange?.Invoke(Current);
    }

    public IDisposable Subscribe(Action<IReadOnlyList<InterfaceSnapshot>> onChange)
    {
        _onChange = onChange;
        return new Ending(() => _onChange = null);
    }

    public IDisposable Attend() => new Ending(() => { });

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private sealed class Ending(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
