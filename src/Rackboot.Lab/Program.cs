using System.CommandLine;
using Rackboot.Lab.Commands;

return await new RootCommand("rackboot-lab is a virtual rack: a network of its own, rackbootd, and machines in QEMU that boot from it.")
{
    UpCommand.Create(),
}.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(1) });
