using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("HmacFileServer.Server.Tests")]
