#include "pin.h"

#include <cstdlib>
#include <string_view>

#include "cicada/base/secret_file.h"

namespace cicada::host::token {

using base::Fault;
using base::Result;
using base::SecretBytes;

namespace {

Result<SecretBytes> checked(base::ByteView text) {
  const auto line = base::as_text(text).substr(0, base::as_text(text).find_first_of("\r\n"));
  if (line.empty() || line.size() > kMaxPin) {
    return base::fail({.fault = Fault::bad_input, .what = "the token's PIN is empty or too long"});
  }
  return SecretBytes::copy_of(base::as_bytes(line));
}

Result<SecretBytes> from_file(const std::filesystem::path& file) {
  CICADA_TRY(const auto text, base::read_secret_file(file, kMaxPin + 2));
  return checked(text.expose());
}

Result<SecretBytes> from_environment(const std::string& name) {
  char* const value = std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe): before other threads are there
  if (value == nullptr) {
    return base::fail({.fault = Fault::not_found, .what = "the environment variable with the token's PIN is not set"});
  }
  const std::string_view text{value};
  auto pin = checked(base::as_bytes(text));
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): char and uint8_t have one representation.
  base::wipe({reinterpret_cast<std::uint8_t*>(value), text.size()});  // /proc/PID/environ shows this memory
  ::unsetenv(name.c_str());                                           // NOLINT(concurrency-mt-unsafe)
  return pin;
}

}  // namespace

Result<SecretBytes> read_pin(const TokenSettings& settings) {
  if (settings.pin_file.empty() == settings.pin_environment.empty()) {
    return base::fail(
        {.fault = Fault::bad_input, .what = "the token's PIN comes from a file or from an environment variable"});
  }
  return settings.pin_file.empty() ? from_environment(settings.pin_environment) : from_file(settings.pin_file);
}

}  // namespace cicada::host::token
