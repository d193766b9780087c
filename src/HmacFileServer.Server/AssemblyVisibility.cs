using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("HmacFileServer.Server.Tests")]
[assembly: InternalsVisibleTo("HmacFileServer.EndToEnd.Tests")]
[assembly: InternalsVisibleTo("hfs-fuzz")]
