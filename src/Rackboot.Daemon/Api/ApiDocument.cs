using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Rackboot.Contracts;
using Rackboot.Contracts.Reference;
using Rackboot.Contracts.Yaml;
using Rackboot.Daemon.Authorization;

namespace Rackboot.Daemon.Api;

/// <summary>Completes the OpenAPI document: descriptions of documents come from their comments, those of operations are at their
/// endpoints, and this class adds what all of them share.</summary>
internal static partial class ApiDocument
{
    private const string Description =
        """
        The management API of rackbootd, on a Unix socket: `curl --unix-socket /run/rackboot/rackboot.sock http://rackboot/api/v1/machines`.
        Start with docs/rest.md.

        Documents have `apiVersion`, `kind` and `name`. GET sends an ETag; If-None-Match gets 304 while the document is unchanged.
        PUT and DELETE accept If-Match: they fail if the document has changed since. Lists have pages (`limit`, `continue`).
        Errors are problem details (RFC 9457).
        """;

    private static readonly Dictionary<string, string> Tags = new()
    {
        ["access"] = "Who may use the API.",
        ["apply"] = "Several documents in one request.",
        ["audit"] = "What was done, and by whom.",
        ["assets"] = "Boot files: Talos kernels and initramfs, iPXE.",
        ["bmc"] = "BMC reports and virtual media.",
        ["boots"] = "Boots and their timelines.",
        ["clusters"] = "Talos clusters.",
        ["console"] = "Serial consoles.",
        ["credentials"] = "User names and passwords of BMCs and providers.",
        ["providers"] = "Accounts at providers of servers, with their limits.",
        ["cloud"] = "Servers at providers: offers, planned purchases, running servers and their costs.",
        ["events"] = "Live events.",
        ["leases"] = "DHCP leases.",
        ["machines"] = "Machines: desired and observed state.",
        ["mirror"] = "Container images.",
        ["power"] = "Power, and operations on many machines.",
        ["profiles"] = "Profiles: the Talos release and kernel arguments that machines boot.",
        ["status"] = "The daemon itself.",
        ["store"] = "The store and its key.",
    };

    private static readonly Lazy<DocumentTexts> Texts = new(() => new DocumentTexts(typeof(ApiDocument).Assembly));

    // Descriptions of parameters by name; an endpoint can override them.
    private static readonly Dictionary<string, (string Says, JsonNode? Example)> Parameters = new()
    {
        ["name"] = ("Name of the {0}.", null),
        ["id"] = ("Id of the {0}.", "019aa6f1-7c1e-7f0e-b5a2-6d5b8a7f3c11"),
        ["machine"] = ("Name of the machine.", "node-01"),
        ["mac"] = ("MAC address of the card.", "52:54:00:00:01:04"),
        ["reference"] = ("Reference of the image.", "registry.k8s.io/pause:3.10"),
        ["dryRun"] = ("Check everything, change nothing.", true),
        ["skipHashCheck"] = ("The body is a copy of etcd's data file, which has no checksum.", false),
        ["limit"] = ("", 100),
        ["continue"] = ("", "bm9kZS0wMQ"),
        ["selector"] = ("", "rack=r1,role!=worker"),
        ["prefix"] = ("", "node-"),
        ["state"] = ("", null),
        ["outcome"] = ("", "stalled"),
        ["stage"] = ("", "kernel"),
        ["power"] = ("", "on"),
        ["after"] = ("Only events after the one with this id; same as Last-Event-ID.", 4711),
        ["file"] = ("", "bmc-2.14.bin"),
        ["provider"] = ("Name of the Provider document.", "latitude-eu"),
        ["server"] = ("The provider's id of the server.", "sv_ZWr75Zbjr5A91"),
        ["gpu"] = ("", "h100"),
        ["location"] = ("", "fra"),
        ["max"] = ("", "30 USD"),
        ["all"] = ("", true),
        ["fresh"] = ("", true),
        ["cached"] = ("Answer with the last reading instead of asking the BMC.", true),
        ["watch"] = ("Watch read-only; input is discarded.", true),
        ["tail"] = ("Only the last lines, up to this number.", 100),
        ["who"] = ("", "token:ci"),
        ["from"] = ("", "192.0.2.7"),
        ["what"] = ("", "/power"),
        ["since"] = ("", "2026-11-21T00:00:00Z"),
        ["until"] = ("", "2026-11-22T00:00:00Z"),
        ["failed"] = ("", true),
        ["contains"] = ("", "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"),
        ["follow"] = ("Continue with new output.", true),
    };

    private static readonly Dictionary<string, string> NamesBy = new()
    {
        ["assets"] = "ipxe/amd64/snponly.efi", ["profiles"] = "default", ["credentials"] = "rack1", ["clusters"] = "prod",
        ["providers"] = "latitude-eu", ["orphans"] = "latitude-eu",
        ["machines"] = "node-01", ["tokens"] = "ci",
    };

    public static void Configure(OpenApiOptions options)
    {
        options.AddSchemaTransformer((schema, context, _) =>
        {
            Schema(schema, context);
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            Operation(operation, context);
            return Task.CompletedTask;
        });
        options.AddDocumentTransformer((document, _, _) =>
        {
            Head(document);
            Words(document);
            return Task.CompletedTask;
        });
    }

    private static void Head(OpenApiDocument document)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Rackboot", Version = "v1", Description = Description,
            Contact = new OpenApiContact { Name = "The operator of this appliance" },
        };
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            ["token"] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http, Scheme = "bearer",
                Description = "A token of `rackboot token create`, or one of the OIDC issuer. The Unix socket needs none.",
            },
        };
        document.Security = [new() { [new OpenApiSecuritySchemeReference("token", document)] = [] }];
        document.Servers = [new() { Url = "http://rackboot", Description = "The host name is not used: the socket is the server." }];
        var used = document.Tags?.Select(t => t.Name).OfType<string>().Order(StringComparer.Ordinal).ToList() ?? [];
        document.Tags = new HashSet<OpenApiTag>(used.Select(name =>
            new OpenApiTag { Name = name, Description = Tags.GetValueOrDefault(name) }));
    }

    // The comments are added to the schemas after all schema transformers.
    private static void Words(OpenApiDocument document)
    {
        foreach (var (name, schema) in document.Components?.Schemas ?? new Dictionary<string, IOpenApiSchema>())
        {
            if (schema.Enum is { Count: > 0 } && TypeOf(name) is { IsEnum: true } choice)
                schema.Description = Texts.Value.WithWords(choice);
            foreach (var described in (IOpenApiSchema[])[schema, .. schema.Properties?.Values.SelectMany(p => p.OneOf ?? [p]) ?? []])
                if (described.Description is { } text)
                    described.Description = Spaces().Replace(text, " ").Trim();
        }
    }

    private static Type? TypeOf(string schema) => typeof(Document).Assembly.GetType($"{typeof(Document).Namespace}.{schema}");

    private static void Schema(OpenApiSchema schema, OpenApiSchemaTransformerContext context)
    {
        if ((Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) ?? context.JsonTypeInfo.Type) is { IsEnum: true } choice)
        {
            schema.Type = JsonSchemaType.String;
            schema.Enum = [.. DocumentForm.WordsOf(choice).Select(word => (JsonNode)word)];
        }

        if (schema.Type?.HasFlag(JsonSchemaType.Array) == true)
            schema.Items ??= new OpenApiSchema { Type = JsonSchemaType.Object, Description = "A document of the kind in its kind member." };
        if (context.JsonPropertyInfo?.AttributeProvider?.IsDefined(typeof(System.ComponentModel.ReadOnlyAttribute), inherit: false) == true)
            schema.ReadOnly = true;
    }

    private static void Operation(OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        var (path, method) = ("/" + context.Description.RelativePath, context.Description.HttpMethod ?? "GET");
        operation.OperationId ??= Id(method, path, context.Description.ActionDescriptor.EndpointMetadata);
        operation.Description ??= $"{operation.Summary}.";
        foreach (var parameter in operation.Parameters?.OfType<OpenApiParameter>() ?? [])
        {
            var (says, example) = Parameters.GetValueOrDefault(parameter.Name ?? "");
            var before = Before(path, parameter.Name ?? "");
            parameter.Description ??= says is null ? null : string.Format(System.Globalization.CultureInfo.InvariantCulture, says,
                before == "assets" ? "boot file" : Singular(before));
            parameter.Example ??= parameter.Name == "name" ? NamesBy.GetValueOrDefault(before)
                : parameter.Name == "state" ? path.Contains("leases", StringComparison.Ordinal) ? "bound" : "available"
                : example?.DeepClone();
        }

        Access(operation, context.Description.ActionDescriptor.EndpointMetadata);

        // Problems have a type of their own (RFC 9457 §3).
        foreach (var (status, response) in operation.Responses ?? [])
            if (status[0] is '4' or '5' && response.Content is { } content && content.Remove("application/json", out var problem))
                content["application/problem+json"] = problem;
    }

    // What the endpoint declares; the socket needs no login.
    private static void Access(OpenApiOperation operation, IList<object> metadata)
    {
        var needs = metadata.OfType<Needs>().LastOrDefault() ?? Needs.Undeclared;
        operation.Description += $" {needs.Sentence}";
        if (needs.Role is null)
        {
            operation.Security = [];
            return;
        }

        operation.Responses ??= [];
        foreach (var (status, says) in new[] { ("401", "Nobody, or nobody known, is logged in"), ("403", "The caller may not do this") })
            if (!operation.Responses.ContainsKey(status))
                operation.Responses[status] = new OpenApiResponse
                {
                    Description = says,
                    Content = new Dictionary<string, OpenApiMediaType>
                    {
                        ["application/problem+json"] = new() { Schema = new OpenApiSchemaReference(nameof(Problem), null) },
                    },
                };
    }

    // getMachineBmcInfo: the method and the segments of the path; what is named by a parameter is one of many.
    private static string Id(string method, string path, IList<object> metadata)
    {
        var segments = path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(s => s is not ("api" or "v1")).ToList();
        var words = segments.Where(s => s[0] != '{')
            .Select(s => segments.IndexOf(s) + 1 < segments.Count && segments[segments.IndexOf(s) + 1][0] == '{' ? Singular(s) : s);
        var lists = metadata.OfType<IProducesResponseTypeMetadata>()
            .Any(p => p.Type is { IsGenericType: true } t && t.GetGenericTypeDefinition() == typeof(ItemList<>));
        var verb = method == "GET" && lists ? "list" : method.ToLowerInvariant();
        return verb + string.Concat(words.Select(w => char.ToUpperInvariant(w[0]) + w[1..]));
    }

    private static string Before(string path, string parameter)
    {
        var segments = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var at = Array.FindIndex(segments, s => s.Trim('{', '}', '*') == parameter);
        return at > 0 ? segments[at - 1] : "";
    }

    private static string Singular(string word) =>
        word switch { "machines" or "tokens" or "assets" or "profiles" or "credentials" or "clusters" or "providers" or "boots"
            or "operations" or "cards" or "images" or "snapshots" => word[..^1], _ => word };

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
