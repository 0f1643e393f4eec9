// tests/vectors/{scp02,scp03,scp03_levels,key_diversification}.json, as this room's tests use them.
#pragma once

#include <string_view>
#include <vector>

#include "cicada/base/bytes.h"
#include "cicada/host/gp/initialize_update.h"
#include "cicada/host/gp/keys.h"
#include "cicada/host/iso7816/apdu.h"
#include "vectors.h"

namespace cicada::test {

using tests::vectors::octets;

/// The "data" of every vector of a kind.
std::vector<nlohmann::json> vectors_of_kind(std::string_view kind);

host::gp::StaticKeys static_keys(const nlohmann::json& data);
host::gp::KeySource source(const nlohmann::json& data);
host::gp::UpdateAnswer update_answer(const nlohmann::json& data);
host::gp::ChipSerial serial(base::ByteView octets);
host::iso7816::CommandApdu command(base::ByteView short_apdu);
host::iso7816::ResponseApdu response(base::ByteView apdu);

/// Where the parts of an answer to INITIALIZE UPDATE begin.
inline constexpr std::size_t kCardChallengeAt = 13;
inline constexpr std::size_t kCardCryptogramAt = 21;
inline constexpr std::size_t kSequenceCounterAt = 29;

}  // namespace cicada::test
