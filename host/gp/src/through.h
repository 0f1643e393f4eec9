// What both secure channels do with a card: the codec decides, this sends.
#pragma once

#include "cicada/base/error.h"
#include "cicada/base/secret.h"
#include "cicada/host/gp/secure_channel.h"
#include "cicada/host/iso7816/channel.h"
#include "cicada/host/iso7816/sw.h"

namespace cicada::host::gp {

/// The card says in the clear that it has ended the channel.
inline bool channel_closed(std::uint16_t status) {
  namespace sw = iso7816::sw;
  return status == sw::k6982SecurityStatusNotSatisfied || status == sw::k6987SmObjectMissing ||
         status == sw::k6988SmObjectIncorrect;
}

/// EXTERNAL AUTHENTICATE, once. Fails with card_status when the card refuses.
template <typename Codec>
base::Result<void> authenticate(iso7816::Channel& channel, Codec& codec) {
  CICADA_TRY(const auto command, codec.external_authenticate());
  CICADA_TRY(const auto response, channel.exchange(command));
  if (response.ok() && response.data.empty()) return {};
  return base::fail({.fault = base::Fault::card_status,
                     .what = "the chip refused EXTERNAL AUTHENTICATE",
                     .clause = "GP Card Specification §E.5.2, Amendment D §7.1.2",
                     .sw = response.sw});
}

/// SecureChannel::transmit.
template <typename Codec>
base::Result<iso7816::ResponseApdu> through(iso7816::Channel& channel, Codec& codec,
                                            const iso7816::CommandApdu& command) {
  CICADA_TRY(const auto wrapped, codec.wrap_command(command));
  auto received = channel.exchange(wrapped);  // chips with contacts (T=0) get their GET RESPONSE from the transport
  if (!received) {
    codec.end();  // whether the card saw the command is unknown: the counters may have parted
    return received;
  }
  CICADA_TRY(auto response, codec.unwrap_response(*received));
  if (channel_closed(response.sw)) {
    codec.end();
    return base::fail({.fault = base::Fault::card_status,
                       .what = "the chip has ended the secure channel",
                       .clause = "GP Amendment D §6.2",
                       .sw = response.sw});
  }
  return response;
}

/// A key filled up with zeros to whole blocks.
inline base::SecretBytes whole_blocks(base::ByteView key, std::size_t block) {
  base::Bytes padded((key.size() + block - 1) / block * block);
  std::ranges::copy(key, padded.begin());
  return base::SecretBytes{std::move(padded)};
}

}  // namespace cicada::host::gp
