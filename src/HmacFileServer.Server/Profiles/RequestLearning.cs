using HmacFileServer.Core.Networks;
using HmacFileServer.Core.Tuning;
using HmacFileServer.Server.Connections;
using HmacFileServer.Server.Http;
using HmacFileServer.Server.Segments;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace HmacFileServer.Server.Profiles;

/// <summary>Follows connections and requests, whatever their protocol, for <see cref="ClientProfiles"/>. Nothing is done where profiles are switched off.</summary>
internal sealed class RequestLearning(ClientProfiles profiles, ClientIdentity identities, ServerSettings settings, TimeProvider clock)
{
    /// <summary>Gives a connection what adds up its use; learns what is left when it ends.</summary>
    public async Task FollowAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        if (!profiles.IsOn || connection.Features.Get<ConnectionMeter>() is not { } meter)
        {
            await next(connection);
            return;
        }
        var use = new ConnectionUse(meter, profiles, clock);
        connection.Features.Set(use);
        await next(connection);
        use.Close();
    }

    /// <summary>A request begins. Null if it has no body, or nobody wants to learn.</summary>
    public RequestUse? Begin(HttpContext context)
    {
        if (!profiles.IsOn || context.Features.Get<ConnectionUse>() is not { } connection
            || context.Features.Get<IHttpRequestBodyDetectionFeature>() is not { CanHaveBody: true })
        {
            return null;
        }
        if (connection.Begin())
            Seed(connection, context);
        return new RequestUse(connection, connection.Received, identities);
    }

    /// <summary>With the first request's head the client says who it is and over what it comes; its address was known before.</summary>
    private void Seed(ConnectionUse connection, HttpContext context)
    {
        if (settings.ReceiveBuffer > 0 || ClientNetworkHeader.Read(context.Request) is not { } network)
            return;
        var type = InterfaceTypeNames.ParseOrUnknown(network.Type);
        var most = type == InterfaceType.Unknown ? ReceiveSizer.Most : settings.NetworkInterfaces.For(type).BufferSize;
        var known = profiles.Find(identities.Of(context, network), type);
        connection.Seed(new ReceiveSeed(known?.Throughput ?? 0, known?.Rtt ?? TimeSpan.Zero, most));
    }
}

/// <summary>One request that brings bytes.</summary>
/// <param name="connection">Its connection.</param>
/// <param name="before">Bytes of the connection when it began.</param>
/// <param name="identities">Tells whose it is.</param>
internal sealed class RequestUse(ConnectionUse connection, long before, ClientIdentity identities)
{
    /// <summary>It has ended by a fault, and says nothing.</summary>
    public void Leave() => connection.Leave();

    /// <summary>
    /// It has ended. Only what was accepted counts, or was about to be when it broke off: a request that was refused says nothing, and
    /// nobody without a right to upload makes a profile.
    /// </summary>
    public void End(HttpContext context)
    {
        var isCut = context.Features.Get<CutRequest>() is not null;
        var network = ClientNetworkHeader.Read(context.Request);
        if ((!isCut && context.Response.StatusCode is < 200 or >= 300) || identities.Of(context, network) is not { } client)
        {
            connection.Leave();
            return;
        }
        var type = InterfaceTypeNames.ParseOrUnknown(network?.Type);
        var came = connection.Received - before;
        connection.End(client, type, isCut ? Math.Min(came, context.Request.ContentLength ?? came) : context.Request.ContentLength ?? came, !isCut);
    }
}
