using HmacFileServer.Core.Networks;

namespace HmacFileServer.Core.Transfers;

/// <summary>How much one of several paths takes next, so that all of them finish together. Pure.</summary>
public static class LaneShare
{
    /// <summary>
    /// Bytes of the path's next segment; 0 if the others will have sent everything before this path could deliver another one.
    /// </summary>
    /// <param name="rate">The path's rate, bytes per second, above 0.</param>
    /// <param name="total">The rates of all paths together.</param>
    /// <param name="fastest">No path is faster: it always takes something, so that nothing is left lying.</param>
    /// <param name="sample">The path's connection.</param>
    /// <param name="free">Bytes that no path has been given.</param>
    /// <param name="least">The smallest segment worth a request.</param>
    /// <param name="most">The largest segment that the path may have.</param>
    public static long Size(double rate, double total, bool fastest, in TcpSample sample, long free, long least, long most)
    {
        var share = Math.Clamp((long)(free * (rate / total) / 2), least, most);
        if (fastest || total - rate <= 0)
            return share;
        // Time until the last byte of a segment taken now has arrived, against the time that the others need for the rest.
        var travel = (sample.MinRtt > TimeSpan.Zero ? sample.MinRtt : sample.Rtt).TotalSeconds / 2;
        var others = total - rate;
        var inTime = (free / others - travel - sample.SendQueueBytes / rate) / (1 / rate + 1 / others);
        if (inTime >= share)
            return share;
        return inTime >= least / 2.0 ? (long)inTime : 0;
    }
}
