using System.CommandLine;
using Rackboot.Cli;

return await RackbootCommand.RunAsync(args, new InvocationConfiguration());
