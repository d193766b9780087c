namespace HmacFileServer.Fuzz;

/// <summary>One reader of what strangers send.</summary>
/// <param name="Name">As on the command line.</param>
/// <param name="Seeds">Inputs that are right or nearly so: everything else is made of them.</param>
/// <param name="Tokens">Pieces that mean something to this reader.</param>
/// <param name="Read">
/// Reads an input: true if it was accepted. Any exception is a finding, <see cref="BrokenPropertyException"/> for what was accepted and does
/// not hold.
/// </param>
internal sealed record FuzzTarget(string Name, IReadOnlyList<byte[]> Seeds, IReadOnlyList<string> Tokens, Func<byte[], bool> Read);

/// <summary>What was accepted is not what was written.</summary>
internal sealed class BrokenPropertyException(string message) : Exception(message);
