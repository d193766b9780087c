namespace HmacFileServer.Server.Health;

/// <summary>Whether requests may be sent here: after what an earlier process left was taken up, until the end begins.</summary>
internal sealed class Readiness
{
    private volatile bool _isReady;

    public bool IsReady
    {
        get => _isReady;
        set => _isReady = value;
    }
}
