namespace Rackboot.Cli.Output;

public enum OutputFormat
{
    Table,
    Wide,
    Json,
    Yaml,
    Name,
}
