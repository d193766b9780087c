using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace HmacFileServer.Cli.Help;

/// <summary>A command whose help ends with examples.</summary>
internal sealed class ExampleCommand : Command
{
    public ExampleCommand(string name, string description, params string[] examples)
        : base(name, description)
    {
        Examples = examples;
        var help = new HelpOption();
        help.Action = new HelpWithExamples((HelpAction)help.Action!, examples);
        Options.Add(help);
    }

    public IReadOnlyList<string> Examples { get; }

    private sealed class HelpWithExamples(HelpAction standard, IReadOnlyList<string> examples) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            var code = standard.Invoke(parseResult);
            var output = parseResult.InvocationConfiguration.Output;
            output.WriteLine("Examples:");
            foreach (var example in examples)
                output.WriteLine($"  {example}");
            return code;
        }
    }
}
