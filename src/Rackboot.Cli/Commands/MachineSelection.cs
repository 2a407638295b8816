using System.CommandLine;
using Rackboot.Contracts.Selection;

namespace Rackboot.Cli.Commands;

/// <summary>How a command is told which machines: names, labels or all, and one of these alone.</summary>
public sealed class MachineSelection
{
    public MachineSelection(Session session) =>
        Names.CompletionSources.Add(context => session.Complete(context, Resource.Named("machines")!));

    public Argument<string[]> Names { get; } = new("machine") { Description = "Which machines.", Arity = ArgumentArity.ZeroOrMore };

    public Option<string?> Selector { get; } = new("--selector", "-l")
    {
        Description = "All with these labels: rack=r1, rack!=r1, rack in (r1,r2), rack, !rack.",
        HelpName = "SELECTOR",
    };

    public Option<bool> All { get; } = new("--all") { Description = "All described machines." };

    /// <summary>Gives <paramref name="command"/> the ways to select.</summary>
    public void AddTo(Command command)
    {
        command.Arguments.Add(Names);
        command.Options.Add(Selector);
        command.Options.Add(All);
        command.Validators.Add(result =>
        {
            if (result.GetValue(Names)?.FirstOrDefault(n => n.StartsWith('-')) is { } option)
                result.AddError($"{command.Name} has no option {option}");
            if (new[] { result.GetValue(Names) is { Length: > 0 }, result.GetValue(Selector) is not null, result.GetValue(All) }.Count(
                given => given) != 1)
                result.AddError("say which machines: names, -l KEY=VALUE, or --all");
            else if (result.GetValue(Selector) is { } labels && !LabelSelector.TryParse(labels, out _, out var mistake))
                result.AddError(mistake);
        });
    }
}
