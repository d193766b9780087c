using HmacFileServer.Core.Storage;
using HmacFileServer.Platform.Files;
using Microsoft.Extensions.Logging;

namespace HmacFileServer.Storage.FileSystem.Staging;

/// <summary>What all staged files of a store share.</summary>
internal sealed record StagingContext(
    Folder Folder, Durability Durability, bool Preallocation, DiskSpace Space, HandleCache Handles, TimeProvider Clock, ILogger Logger);
