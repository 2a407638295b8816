using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters.Json;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace Rackboot.Bench;

/// <summary>The pieces of the boot path, one by one: time and allocations. Options are BenchmarkDotNet's, such as <c>--filter
/// '*Dhcp*'</c>; <c>--short</c> runs each piece once and only shows that it still runs.</summary>
internal static class Program
{
    public static int Main(string[] args)
    {
        var isShort = args.Contains("--short");
        var job = (isShort ? Job.Dry : Job.ShortRun).WithToolchain(InProcessEmitToolchain.Instance);
        var config = ManualConfig.CreateEmpty().AddJob(job).AddLogger(ConsoleLogger.Default).AddDiagnoser(MemoryDiagnoser.Default)
            .AddColumnProvider(DefaultColumnProviders.Instance).AddExporter(JsonExporter.Brief)
            .WithArtifactsPath(Path.Combine("out", "bench", "pieces"));
        var summaries = BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly)
            .Run([.. args.Where(a => a != "--short").DefaultIfEmpty("--filter=*")], config);
        return summaries.Any(s => s.HasCriticalValidationErrors || s.Reports.Any(r => !r.Success)) ? 1 : 0;
    }
}
