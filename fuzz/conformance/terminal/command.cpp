// Any octets as a command: what is taken apart is put together again as the same octets.
#include "cicada/conformance/terminal/command.h"

#include "../../asn1/promise.h"

using cicada::conformance::terminal::parse_command;
using cicada::fuzz::promise;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const cicada::base::ByteView input{data, size};
  const auto command = parse_command(input);
  if (!command) return 0;
  const auto octets = command->encode();
  promise(octets.has_value());
  promise(cicada::base::equal(*octets, input));
  return 0;
}
