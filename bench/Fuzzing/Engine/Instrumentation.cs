using System.Buffers.Binary;
using System.Text;
using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace Rackboot.Fuzzing.Engine;

/// <summary>A copy of this program whose parsers say where they have been: each basic block begins with a call of
/// <see cref="Coverage.Hit"/>. SharpFuzz, which does the same, does not restore.</summary>
internal static class Instrumentation
{
    private const int MostWordBytes = 40;

    private static readonly string Own = typeof(Coverage).Assembly.GetName().Name!;

    /// <summary>The words of an assembly that <see cref="CopyTo"/> wrote.</summary>
    public static IEnumerable<byte[]> Words(string folder, string assembly) =>
        File.ReadLines(Path.Combine(folder, $"{assembly}.words")).Select(Convert.FromHexString);

    public static void CopyTo(string folder)
    {
        var place = 0;
        foreach (var file in Directory.EnumerateFiles(AppContext.BaseDirectory))
            if (Path.GetFileName(file) is var name && IsInstrumented(name))
                Write(file, Path.Combine(folder, name), ref place);
            else
                File.Copy(file, Path.Combine(folder, name), overwrite: true);
    }

    private static bool IsInstrumented(string name) => name.EndsWith(".dll", StringComparison.Ordinal) && name != $"{Own}.dll"
        && (name.StartsWith("Rackboot.", StringComparison.Ordinal) || name is "rackbootd.dll" or "YamlDotNet.dll");

    private static void Write(string from, string to, ref int place)
    {
        using var resolver = new DefaultAssemblyResolver();
        resolver.AddSearchDirectory(AppContext.BaseDirectory);
        resolver.AddSearchDirectory(Path.GetDirectoryName(typeof(object).Assembly.Location));
        using var assembly = AssemblyDefinition.ReadAssembly(from, new ReaderParameters { AssemblyResolver = resolver });
        var words = new HashSet<string>();
        foreach (var module in assembly.Modules)
        {
            var hit = module.ImportReference(typeof(Coverage).GetMethod(nameof(Coverage.Hit)));
            foreach (var type in module.GetTypes())
            {
                foreach (var field in type.Fields.Where(f => f.InitialValue is { Length: > 1 and <= MostWordBytes }))
                    words.Add(Convert.ToHexString(field.InitialValue));
                foreach (var method in type.Methods.Where(m => m.HasBody))
                {
                    Collect(method.Body, words);
                    Mark(method.Body, hit, ref place);
                }
            }
        }

        assembly.Write(to);
        File.WriteAllLines(Path.Combine(Path.GetDirectoryName(to)!, $"{Path.GetFileNameWithoutExtension(to)}.words"), words);
    }

    // What the code compares with is what an input must have to get further.
    private static void Collect(MethodBody body, HashSet<string> words)
    {
        Span<byte> bytes = stackalloc byte[4];
        foreach (var instruction in body.Instructions)
            if (instruction.Operand is string { Length: > 1 } text && Encoding.UTF8.GetByteCount(text) <= MostWordBytes)
                words.Add(Convert.ToHexString(Encoding.UTF8.GetBytes(text)));
            else if (instruction is { OpCode.Code: Code.Ldc_I4, Operand: int number and > 127 })
            {
                BinaryPrimitives.WriteInt32BigEndian(bytes, number);
                words.Add(Convert.ToHexString(number <= ushort.MaxValue ? bytes[2..] : bytes));
                BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
                words.Add(Convert.ToHexString(number <= ushort.MaxValue ? bytes[..2] : bytes));
            }
    }

    private static void Mark(MethodBody body, MethodReference hit, ref int place)
    {
        body.SimplifyMacros();
        var code = body.GetILProcessor();
        foreach (var begin in Blocks(body))
        {
            // The first instruction itself becomes the mark, so that every branch to it, and every handler that begins there, goes through.
            code.InsertAfter(begin, Copy(begin));
            (begin.OpCode, begin.Operand) = (OpCodes.Ldc_I4, unchecked((int)((uint)++place * 2654435761)) & int.MaxValue);
            code.InsertAfter(begin, code.Create(OpCodes.Call, hit));
        }

        body.OptimizeMacros();
    }

    private static Instruction Copy(Instruction one)
    {
        var copy = Instruction.Create(OpCodes.Nop);
        (copy.OpCode, copy.Operand) = (one.OpCode, one.Operand);
        return copy;
    }

    private static HashSet<Instruction> Blocks(MethodBody body)
    {
        var begins = new HashSet<Instruction> { body.Instructions[0] };
        foreach (var instruction in body.Instructions)
        {
            if (instruction.Operand is Instruction target)
                begins.Add(target);
            else if (instruction.Operand is Instruction[] targets)
                begins.UnionWith(targets);
            if (instruction is { OpCode.FlowControl: FlowControl.Cond_Branch, Next: { } next })
                begins.Add(next);
        }

        return begins;
    }
}
