using System.Diagnostics.CodeAnalysis;
using HmacFileServer.Core.Uploads;

namespace HmacFileServer.Core.Slots;

/// <summary>A request target that names a file.</summary>
/// <param name="Path">The decoded path below the base path.</param>
/// <param name="Query">The query's parameters; empty without a query.</param>
public sealed record RequestTarget(SlotPath Path, QueryParameters Query);

/// <summary>What the parser made of a request target: either the target or the fault.</summary>
public readonly record struct RequestTargetResult
{
    internal RequestTargetResult(RequestTarget target) => Target = target;

    internal RequestTargetResult(RequestTargetFault fault) => Fault = fault;

    /// <summary>The target; null if there is a fault.</summary>
    public RequestTarget? Target { get; }

    /// <summary><see cref="RequestTargetFault.None"/> if there is a target.</summary>
    public RequestTargetFault Fault { get; }

    [MemberNotNullWhen(true, nameof(Target))]
    public bool IsValid => Target is not null;

    /// <summary>The row of the error table that answers the fault. Not to be asked of a valid target.</summary>
    public UploadErrorCode Error => Fault is RequestTargetFault.OutsideBasePath or RequestTargetFault.NoFileName
        ? UploadErrorCode.NotFound
        : UploadErrorCode.MalformedPath;
}
