namespace HmacFileServer.Server.Profiles;

/// <summary>A request feature: it was authorised, and broke off before its body was whole.</summary>
internal sealed class CutRequest
{
    public static CutRequest Instance { get; } = new();
}
