using System.CommandLine;
using Rackboot.Lab.Commands;

return await new RootCommand(
    "rackboot-lab is a virtual rack: a network of its own, rackbootd, and machines that boot from it, in QEMU or synthetic.")
{
    UpCommand.Create(),
    StormCommand.Create(),
}.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(1) });
