namespace HmacFileServer.EndToEnd.Tests.Lab;

/// <summary>
/// Tests that measure on a network lab run one after the other and beside nothing else: two labs on the same cores would measure
/// each other.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class NetworkLabCollection
{
    public const string Name = "network lab";
}
