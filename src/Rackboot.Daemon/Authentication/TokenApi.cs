using Rackboot.Contracts;
using Rackboot.Contracts.Selection;
using Rackboot.Core;
using Rackboot.Daemon.Api;
using Rackboot.Daemon.Audit;
using Rackboot.Daemon.Authorization;
using Rackboot.Daemon.Configuration;

namespace Rackboot.Daemon.Authentication;

/// <summary>Tokens, and who the caller is.</summary>
internal sealed class TokenApi(TokenBook tokens, OidcSettings? oidc)
{
    private static readonly TimeSpan Usual = TimeSpan.FromDays(30);
    private static readonly TimeSpan Least = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(3650);

    internal void Map(IEndpointRouteBuilder api)
    {
        var group = api.MapGroup(ApiPaths.Tokens).WithTags("access");
        group.MapGet("", ([AsParameters] Page page) => page.Of(tokens.All, t => t.Name, t => t))
            .WithSummary("Tokens, without their secret parts, in the order of their names").Needs(AccessRole.Admin)
            .Produces<ItemList<AccessToken>>().Produces<Problem>(400);
        group.MapPost("", (Delegate)PostAsync)
            .WithSummary("Make a token; only this answer shows it. Nobody can give more rights than they have").Needs(AccessRole.Admin)
            .Accepts<TokenOrder>("application/json").Produces<CreatedToken>(201).Produces<Problem>(403).Produces<Problem>(409)
            .Produces<Problem>(422);
        group.MapDelete("{name}", async (HttpContext http, string name) =>
                await tokens.RevokeAsync(name, Caller.Of(http)) is { } refusal ? Answers.Refused(refusal) : Results.NoContent())
            .WithSummary("Revoke a token; what its holder follows ends at once").Needs(AccessRole.Admin).Produces(204)
            .Produces<Problem>(404);
        api.MapGet(ApiPaths.WhoAmI, (HttpContext http) => Results.Json(Write(Identity.Of(http)), Document.Json)).WithTags("access")
            .WithSummary("Who the caller is, and what they may do").Needs(AccessRole.Viewer, Reach.Shared).Produces<WhoAmI>();
        api.MapGet(ApiPaths.Login, () => Results.Json(Ways(oidc), Document.Json)).WithTags("access")
            .WithSummary("How one may log in").NeedsNothing().Produces<LoginWays>();
    }

    private static LoginWays Ways(OidcSettings? oidc) =>
        new() { Oidc = oidc is null ? null : new OidcClient(oidc.Issuer.ToString(), oidc.Client) };

    private async Task<IResult> PostAsync(HttpContext http)
    {
        var errors = new List<ProblemError>();
        if (await Answers.ReadAsync<TokenOrder>(http.Request, errors) is not { } order)
            return Answers.Invalid(errors);
        DocumentChecks.Name(order.Name, errors);
        LabelSelector? scope = null;
        if (order.Scope is not null && !LabelSelector.TryParse(order.Scope, out scope, out var mistake))
            errors.Add(new("/scope", mistake));
        var lifetime = Usual;
        if (order.Expires is { } text && (!Durations.TryRead(text, out lifetime) || lifetime < Least || lifetime > Longest))
            errors.Add(new("/expires", $"\"{text}\" is not a time from 1m to 3650d; write it like 12h or 30d"));
        if (errors.Count > 0)
            return Answers.Invalid(errors);
        var rights = new Rights(order.Role, order.Secrets, scope);
        if (!Identity.Of(http).Rights.Cover(rights))
            return Answers.Forbidden("the token would give more than you have yourself");
        AuditNote.Of(http).Detail = $"token {order.Name}";
        var (created, refusal) = await tokens.CreateAsync(order.Name, rights, lifetime, Caller.Of(http));
        return refusal is not null ? Answers.Refused(refusal)
            : Results.Json(created!, Document.Json, statusCode: StatusCodes.Status201Created);
    }

    private static WhoAmI Write(Identity identity) => new()
    {
        Name = identity.Name,
        Way = identity.Way,
        Role = identity.Rights.Role,
        Secrets = identity.Rights.Secrets,
        Scope = identity.Rights.Scope?.ToString(),
    };
}
