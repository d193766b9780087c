using HmacFileServer.Client.Connections;
using HmacFileServer.Client.Endpoints;
using HmacFileServer.Client.Http;
using HmacFileServer.Core.Networks;

namespace HmacFileServer.Client.Uploads;

/// <summary>Everything that can happen to a running upload; one loop handles them one by one.</summary>
internal abstract record RunEvent
{
    /// <summary>For the trace: no URL, and nothing else that lets its reader write.</summary>
    public virtual string Describe() => GetType().Name;

    public sealed record NetworkChanged(IReadOnlyList<InterfaceSnapshot> Interfaces) : RunEvent
    {
        public override string Describe() =>
            "interfaces: " + string.Join(", ", Interfaces.Select(i => $"{i.Name} {(i.IsUsable ? "usable" : i.HasCarrier ? "without address" : "without carrier")}"));
    }

    public sealed record Opened(Lane Lane, PathConnection Connection) : RunEvent
    {
        public override string Describe() => $"{Lane.Name}: connected in {Connection.HandshakeTime.TotalMilliseconds:F1} ms";
    }

    public sealed record OpenFailed(Lane Lane, Exception Reason) : RunEvent
    {
        public override string Describe() => $"{Lane.Name}: no connection: {Reason.Message}";
    }

    public sealed record Ended(PathConnection Connection, Exception? Reason) : RunEvent
    {
        public override string Describe() =>
            $"{Connection.Path.Name}: connection ended, {Connection.InFlightAtEnd} bytes in flight: {Reason?.Message ?? "closed here"}";
    }

    public sealed record Answered(PathConnection Connection, PendingRequest Request, ResponseHead Answer) : RunEvent
    {
        public override string Describe() =>
            $"{Connection.Path.Name}: {Request.Kind} {Request.Segment?.Range} answered {Answer.Status}, received {Answer.Field("Upload-Received")}";
    }

    /// <summary>There are more bytes to send, or there will be no more.</summary>
    public sealed record Grown : RunEvent
    {
        public static Grown Instance { get; } = new();
    }

    public sealed record LookedUp(IReadOnlyList<System.Net.IPAddress> Addresses) : RunEvent
    {
        public override string Describe() => "the server's addresses: " + string.Join(", ", Addresses);
    }

    /// <summary>The server has said where it can be reached.</summary>
    public sealed record Announced(IReadOnlyList<AnnouncedEndpoint> List, System.Net.IPAddress At, string Why) : RunEvent
    {
        public override string Describe() => $"{Why}: " + string.Join(", ", List.Select(e => $"{e.Interface ?? "-"} {e.Address?.ToString() ?? "-"} {e.State}"));
    }

    /// <summary>The server has said how large segments should be at most.</summary>
    public sealed record Advised(IReadOnlyDictionary<InterfaceType, long> Sizes) : RunEvent
    {
        public override string Describe() => "segments at most: " + string.Join(", ", Sizes.Select(s => $"{s.Key.Name()} {s.Value}"));
    }

    /// <summary>The follower of the server's addresses asks which connections lead to it.</summary>
    public sealed record RoutesWanted(TaskCompletionSource<IReadOnlyList<EndpointRoute>> Answer) : RunEvent;

    /// <summary>A person forces a path, or lifts that with null.</summary>
    public sealed record Forced(string? Path) : RunEvent
    {
        public override string Describe() => $"forced: {Path ?? "none"}";
    }

    public sealed record Tick : RunEvent
    {
        public static Tick Instance { get; } = new();
    }
}
