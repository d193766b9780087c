using HmacFileServer.Client.Connections;
using HmacFileServer.Client.Http;
using HmacFileServer.Core.Networks;

namespace HmacFileServer.Client.Uploads;

/// <summary>Everything that can happen to a running upload; one loop handles them one by one.</summary>
internal abstract record RunEvent
{
    public sealed record NetworkChanged(IReadOnlyList<InterfaceSnapshot> Interfaces) : RunEvent;

    public sealed record Opened(Lane Lane, PathConnection Connection) : RunEvent;

    public sealed record OpenFailed(Lane Lane, Exception Reason) : RunEvent;

    public sealed record Ended(PathConnection Connection, Exception? Reason) : RunEvent;

    public sealed record Answered(PathConnection Connection, PendingRequest Request, ResponseHead Answer) : RunEvent;

    public sealed record Tick : RunEvent
    {
        public static Tick Instance { get; } = new();
    }
}
