#include "cicada/host/gp/open_channel.h"

#include <utility>

namespace cicada::host::gp {

using base::fail;
using base::Fault;
using base::Result;

Result<std::unique_ptr<SecureChannel>> open_channel(iso7816::Channel& channel, const KeySource& keys, base::Rng& rng,
                                                    const ChannelOptions& options) {
  CICADA_TRY(const auto answer, initialize_update(channel, rng, options.key_version, options.mode));
  if (options.protocol && *options.protocol != answer.card.protocol) {
    return fail({.fault = Fault::unsupported,
                 .what = "the chip speaks another secure channel protocol than the one asked for",
                 .clause = "GP Card Specification §10.1",
                 .at = static_cast<std::uint8_t>(answer.card.protocol)});
  }
  if (answer.card.protocol == Protocol::scp02) {
    const Scp02Options scp02{.key_version = options.key_version,
                             .level = options.level.value_or(Scp02Options{}.level),
                             .option = options.scp02_i,
                             .aid = options.aid};
    CICADA_TRY(auto opened, Scp02::finish(channel, keys, answer, scp02));
    return std::make_unique<Scp02>(std::move(opened));
  }
  const Scp03Options scp03{.key_version = options.key_version,
                           .level = options.level.value_or(kSecurityLevel),
                           .mode = options.mode,
                           .implementation = options.scp03_i};
  CICADA_TRY(auto opened, Scp03::finish(channel, keys, answer, scp03));
  return std::make_unique<Scp03>(std::move(opened));
}

}  // namespace cicada::host::gp
