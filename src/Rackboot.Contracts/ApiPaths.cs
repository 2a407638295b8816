namespace Rackboot.Contracts;

/// <summary>The paths of the management API.</summary>
/// <remarks>
/// <c>GET machines</c>, <c>GET|PUT|DELETE machines/{name}</c>, <c>GET machines/{name}/explain</c>;
/// <c>GET|POST machines/{name}/power</c>, <c>POST power</c> (many machines); <c>POST provision</c> (arm or disarm many machines),
/// <c>PUT|DELETE machines/{name}/cards/{mac}</c> (accept a card); <c>GET operations</c>, <c>GET operations/{id}</c>,
/// <c>GET operations/{id}/progress</c> (server-sent events);
/// <c>GET machines/{name}/console</c> (a WebSocket, or the console's status), <c>GET
/// machines/{name}/console/log?tail=LINES&amp;follow=true</c>; <c>GET machines/{name}/bmc/info|sensors|log|parts|boot|media|firmware</c>,
/// <c>DELETE machines/{name}/bmc/log</c>, <c>PUT machines/{name}/bmc/boot</c>, <c>PUT|DELETE machines/{name}/bmc/media</c>; <c>POST
/// bmcs/probe</c>, <c>POST credentials/{name}/rotate</c> (both answer with server-sent events); <c>GET credentials</c>, <c>GET|PUT|DELETE
/// credentials/{name}</c>; <c>POST store/key</c> (re-encrypts the store); <c>POST backup</c> (an encrypted backup); <c>GET profiles</c>,
/// <c>GET|PUT|DELETE profiles/{name}</c>;
/// <c>GET providers</c>, <c>GET|PUT|DELETE providers/{name}</c>; <c>GET cloud/offers|machines|orphans</c>, <c>POST cloud/approvals</c>,
/// <c>POST cloud/orphans/{provider}/{server}/release</c>, <c>POST cloud/machines/{name}/console</c>;
/// <c>GET assets</c>, <c>GET|PUT|DELETE assets/{path}</c> (PUT: the file as request body);
/// <c>POST assets/pull</c>, <c>POST assets/verify</c> (both answer with server-sent events), <c>POST assets/prune</c>;
/// <c>GET mirror/images</c>, <c>DELETE mirror/images/{reference}</c>, <c>GET|POST mirror/bundles</c> (POST: a bundle as request body);
/// <c>GET clusters</c>, <c>GET|PUT|DELETE clusters/{name}</c>, <c>POST clusters/{name}/access|upgrade|bootstrap|restore|renewal</c>,
/// <c>GET|POST clusters/{name}/snapshots</c> (POST: a snapshot as request body),
/// <c>POST clusters/{name}/machines/{machine}/removal</c>;
/// <c>POST machines/{name}/configuration</c>, <c>GET machines/{name}/configuration/diff</c>;
/// <c>GET leases</c>; <c>GET boots?machine=NAME</c>, <c>GET boots/{id}</c> (with timeline);
/// <c>GET events?after=ID</c> (server-sent events); <c>GET status</c>; <c>GET whoami</c>, <c>GET login</c>, <c>GET|POST tokens</c>,
/// <c>DELETE tokens/{name}</c>, <c>GET certificate</c>, <c>GET audit</c>, <c>GET audit/check</c>.
/// Answers with a single document carry an ETag; PUT and DELETE honour If-Match and If-None-Match: *.
/// PUT and DELETE accept <c>?dryRun=true</c>. <c>POST apply</c> takes many documents, and stores all or none; <c>POST delete</c> deletes
/// many;
/// <c>POST labels</c> changes the labels of many machines.
/// Lists come in pages: <c>?limit=N&amp;continue=TOKEN</c>;
/// <c>GET machines?selector=…&amp;prefix=…&amp;state=…&amp;stage=…&amp;power=…</c>
/// selects. Unknown query parameters are refused.
/// </remarks>
public static class ApiPaths
{
    public const string Root = "/api/v1";
    public const string Machines = Root + "/machines";
    public const string Profiles = Root + "/profiles";
    public const string Clusters = Root + "/clusters";
    public const string Providers = Root + "/providers";
    public const string Cloud = Root + "/cloud";
    public const string Credentials = Root + "/credentials";
    public const string Apply = Root + "/apply";
    public const string Delete = Root + "/delete";
    public const string Labels = Root + "/labels";
    public const string Backup = Root + "/backup";
    public const string StoreKey = Root + "/store/key";
    public const string Bmcs = Root + "/bmcs";
    public const string Power = Root + "/power";
    public const string Provision = Root + "/provision";
    public const string Operations = Root + "/operations";
    public const string Assets = Root + "/assets";
    public const string Mirror = Root + "/mirror";
    public const string Leases = Root + "/leases";
    public const string Boots = Root + "/boots";
    public const string Events = Root + "/events";
    public const string Status = Root + "/status";
    public const string Tokens = Root + "/tokens";
    public const string Login = Root + "/login";
    public const string WhoAmI = Root + "/whoami";
    public const string Certificate = Root + "/certificate";
    public const string Audit = Root + "/audit";
    public const string Metrics = "/metrics";
    public const string OpenApi = "/openapi/v1.json";
    public const string DefaultSocket = "/run/rackboot/rackboot.sock";
}
