# Writes OUTPUT, a source file with the text of FILES (names separated by commas, in FOLDER).
set(entries "")
string(REPLACE "," ";" names "${FILES}")
foreach(name IN LISTS names)
  file(READ "${FOLDER}/${name}" text)
  string(APPEND entries "    BuiltinFile{\"${name}\", R\"~toml~(${text})~toml~\"},\n")
endforeach()
file(WRITE "${OUTPUT}" "#include \"builtin.h\"\n\n#include <array>\n\nnamespace cicada::applet_sim::misbehave {\nnamespace {\nconstexpr std::array kFiles = {\n${entries}};\n}\nstd::span<const BuiltinFile> builtin_files() noexcept {\n  return kFiles;\n}\n}  // namespace cicada::applet_sim::misbehave\n")
