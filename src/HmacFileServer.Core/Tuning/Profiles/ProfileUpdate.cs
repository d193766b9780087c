namespace HmacFileServer.Core.Tuning.Profiles;

/// <summary>What <see cref="ProfileBook.Learn"/> made of a use.</summary>
/// <param name="Profile">The profile as it is now; null if the use said nothing.</param>
/// <param name="IsHit">Whether the rate was as predicted; null if nothing was.</param>
public readonly record struct ProfileUpdate(NetworkProfile? Profile, bool? IsHit);
