using HmacFileServer.Core.Networks;

namespace HmacFileServer.Platform;

/// <summary>Compares interfaces by what they say; records alone would compare their lists by reference.</summary>
internal static class SnapshotComparison
{
    public static bool Same(InterfaceSnapshot a, InterfaceSnapshot b) =>
        ReferenceEquals(a, b)
        || (a.Index == b.Index && a.Name == b.Name && a.Type == b.Type && a.IsUp == b.IsUp && a.HasCarrier == b.HasCarrier
            && a.Mtu == b.Mtu && a.Addresses.SequenceEqual(b.Addresses) && a.Routes.SequenceEqual(b.Routes));

    /// <summary>False if both lists say the same; else the new list, with the old objects where they did not change.</summary>
    public static bool TryMerge(
        IReadOnlyList<InterfaceSnapshot> before, IReadOnlyList<InterfaceSnapshot> seen, out IReadOnlyList<InterfaceSnapshot> merged)
    {
        var changed = before.Count != seen.Count;
        var result = new InterfaceSnapshot[seen.Count];
        for (var i = 0; i < seen.Count; i++)
        {
            var inPlace = i < before.Count ? before[i] : null;
            var old = inPlace?.Index == seen[i].Index ? inPlace : before.FirstOrDefault(b => b.Index == seen[i].Index);
            var kept = old is not null && Same(old, seen[i]);
            result[i] = kept ? old! : seen[i];
            changed |= !kept || !ReferenceEquals(old, inPlace);
        }
        merged = result;
        return changed;
    }
}
