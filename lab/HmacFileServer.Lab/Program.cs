using HmacFileServer.Lab.Relay;
using HmacFileServer.Lab.Topology;

if (args is ["relay"])
{
    using var relay = new RelayProgram();
    return relay.Run(Console.In, Console.Out);
}
await using var lab = await NetworkLab.StartAsync(LabSpec.Parse(args));
Console.WriteLine(lab.Name);
Console.ReadLine();
return 0;
