using System.Text.Json.Serialization;

namespace HmacFileServer.Client.State;

/// <summary>How records are written, without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, UseStringEnumConverter = true)]
[JsonSerializable(typeof(UploadRecord))]
[JsonSerializable(typeof(Core.Tuning.Profiles.ProfileState))]
[JsonSerializable(typeof(Downloads.DownloadRecord))]
[JsonSerializable(typeof(Watching.WatchMemory))]
internal sealed partial class StateJson : JsonSerializerContext;
