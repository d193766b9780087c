using System.Runtime.InteropServices;

namespace HmacFileServer.Platform;

/// <summary>What became of a best-effort socket option.</summary>
/// <param name="Applied">It took effect.</param>
/// <param name="Reason">Why it did not; null where it did.</param>
public readonly record struct TuningResult(bool Applied, string? Reason)
{
    internal static TuningResult Done { get; } = new(true, null);

    internal static TuningResult NotSupported(string option) => new(false, $"{option} does not exist on this system");

    internal static TuningResult FromError(string option, int error) =>
        error == 0 ? Done : new(false, $"{option}: {Marshal.GetPInvokeErrorMessage(error)} ({error})");
}
