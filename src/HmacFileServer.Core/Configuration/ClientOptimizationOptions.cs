using HmacFileServer.Core.Configuration.Schema;

namespace HmacFileServer.Core.Configuration;

/// <summary>`[client_optimization]`</summary>
public sealed record ClientOptimizationOptions
{
    [SwitchOption("Remember per client and network what worked best, and begin the next upload with it.")]
    public bool Enabled { get; init; } = true;
}
