#include "document_on_card.h"

namespace cicada::test {

using host::lds::Ef;

const tests::ReferenceCard& reference() {
  static const auto kCard = tests::make_reference_card().value();
  return kCard;
}

DocumentOnCard::DocumentOnCard()
    : clock{(void(reference()), base::SystemClock{}.now())},
      options{.credentials = host::inspect::Credentials::from_mrz_information(reference().mrz_information).value()} {
  options.credentials.only_bac();
  card.k_enc = base::to_bytes(options.credentials.bac->k_enc().expose());
  card.k_mac = base::to_bytes(options.credentials.bac->k_mac().expose());
  for (const auto& [ef, content] : reference().files) card.files[host::lds::info(ef).sfi] = content;
  options.on_event = [this](const host::inspect::Event& event) {
    if (const auto* file = std::get_if<host::inspect::FileRead>(&event)) order.push_back(file->ef);
    events.push_back(event);
  };
}

base::Result<host::inspect::Inspection> DocumentOnCard::read() {
  return host::inspect::inspect(channel, options, rng, clock);
}

bool DocumentOnCard::complete(const host::inspect::Inspection& inspection) {
  return inspection.files == reference().files && inspection.unread.empty();
}

}  // namespace cicada::test
