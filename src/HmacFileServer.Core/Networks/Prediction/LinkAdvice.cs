namespace HmacFileServer.Core.Networks.Prediction;

/// <summary>What to make of the trend of a link.</summary>
public enum LinkAdvice
{
    /// <summary>Nothing: the link is as usual, too little is known, or it is dead already and the policy sees that by itself.</summary>
    Stay,

    /// <summary>
    /// An outage is several times more probable than usual, though mostly it does not come: open the standby connection and keep chunks
    /// small, which costs next to nothing when the alarm is false. No reason to switch.
    /// </summary>
    Prepare,

    /// <summary>An outage is more probable than not: leave while the link still carries what is under way.</summary>
    Leave,
}
