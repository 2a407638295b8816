using System.CommandLine;
using Rackboot.Fuzzing;

// Mutates what each parser reads, keeps what takes a new way through its code, and says what it throws (bench/README.md).
var root = new RootCommand("Fuzzes the parsers of Rackboot.");
var targets = new Argument<string[]>("target")
{
    Description = "Targets (list shows them); none is all.", Arity = ArgumentArity.ZeroOrMore,
};
var seconds = new Option<int>("--seconds") { Description = "For each target.", DefaultValueFactory = _ => 600 };
var corpus = new Option<string?>("--corpus") { Description = "Folder of the inputs that are kept; bench/Fuzzing/Corpus." };
var found = new Option<string>("--found")
{
    Description = "Folder for inputs that break a promise.", DefaultValueFactory = _ => "out/fuzzing",
};
var run = new Command("run", "Fuzzes targets, one after the other.") { targets, seconds, corpus, found };
run.SetAction((result, cancel) => FuzzRun.AllAsync(result.GetValue(targets)!, TimeSpan.FromSeconds(result.GetValue(seconds)),
    result.GetValue(corpus), result.GetValue(found)!, cancel));

var name = new Argument<string>("target");
var file = new Argument<string>("file");
var show = new Command("try", "Gives one file to a target, uninstrumented.") { name, file };
show.SetAction(result => FuzzRun.Try(result.GetValue(name)!, result.GetValue(file)!));

var list = new Command("list", "Shows the targets.");
list.SetAction(_ => FuzzRun.List());

// In the instrumented copy: run starts it.
var rest = new Argument<string[]>("arguments");
var inside = new Command("inside") { rest };
inside.Hidden = true;
inside.SetAction(result => FuzzRun.Inside(result.GetValue(rest)!));

root.Add(run);
root.Add(show);
root.Add(list);
root.Add(inside);
return await root.Parse(args).InvokeAsync();
