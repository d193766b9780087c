using HmacFileServer.Core.Networks.Prediction;

namespace HmacFileServer.Bench.Prediction;

/// <summary>Seconds without a gap in which the link was asked for all it can give.</summary>
/// <param name="Trace">The file and the direction.</param>
/// <param name="Group">What is held out together: files that saw the same place at the same time are one group.</param>
internal sealed record LinkRun(string Trace, string Group, IReadOnlyList<LinkSample> Seconds);

/// <summary>One second at which a prediction is made.</summary>
/// <param name="Run">Number of the run, for the bootstrap.</param>
/// <param name="Block">Number of the sixth of its trace, for the evaluation within one network.</param>
/// <param name="Level">Rate over the usual rate.</param>
/// <param name="IsAlive">The link delivers 10 % of its median or more now.</param>
/// <param name="Dies">It delivers less within the next 2 to 5 s.</param>
internal sealed record LinkRow(LinkRun Of, int Run, int Block, double[] Features, double Level, bool IsAlive, bool Dies);
