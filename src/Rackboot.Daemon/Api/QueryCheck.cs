using System.Collections.Concurrent;
using System.Collections.Frozen;
using Microsoft.AspNetCore.Http.Metadata;
using Rackboot.Contracts;
using Rackboot.Contracts.Yaml;

namespace Rackboot.Daemon.Api;

/// <summary>Refuses query parameters that an endpoint does not have: with a misspelt one ignored, the answer would not be the
/// requested one.</summary>
internal sealed class QueryCheck
{
    private readonly ConcurrentDictionary<Endpoint, FrozenSet<string>> _known = new();

    public Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        if (http.Request.Query.Count == 0 || http.GetEndpoint() is not RouteEndpoint endpoint || !IsOurs(http.Request.Path))
            return next(http);
        var known = _known.GetOrAdd(endpoint, Parameters);
        foreach (var name in http.Request.Query.Keys)
            if (!known.Contains(name))
                return Answers.WrongQuery(name, known.Count == 0
                    ? "is not a parameter; this path takes none"
                    : $"is not a parameter; {Spelling.Hint(name, known)}").ExecuteAsync(http);
        return next(http);
    }

    // The fallback answers requests without an endpoint.
    private static bool IsOurs(PathString path) => path.StartsWithSegments(ApiPaths.Root) || path == ApiPaths.Metrics;

    private static FrozenSet<string> Parameters(Endpoint endpoint)
    {
        var inPath = ((RouteEndpoint)endpoint).RoutePattern.Parameters.Select(p => p.Name);
        return endpoint.Metadata.GetOrderedMetadata<IParameterBindingMetadata>()
            .Where(p => p.ParameterInfo.ParameterType != typeof(HttpContext)).Select(Name).Except(inPath).ToFrozenSet();
    }

    private static string Name(IParameterBindingMetadata parameter) =>
        parameter.ParameterInfo.GetCustomAttributes(inherit: false).OfType<IFromQueryMetadata>().FirstOrDefault()?.Name
            ?? Camel(parameter.Name);

    private static string Camel(string name) => char.ToLowerInvariant(name[0]) + name[1..];
}
