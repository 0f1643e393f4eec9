// Documents of tests/support on cards: sound ones, and those with one file that breaks a rule.
#pragma once

#include "cicada/tests/mutation/specimen.h"
#include "rule_breakers.h"

namespace cicada::tests::mutation {

/// "document-passport" ...: in the place of a configuration.
[[nodiscard]] std::string_view name_of(DocumentKind kind) noexcept;
/// nothing: another configuration.
[[nodiscard]] std::optional<DocumentKind> document_kind(std::string_view name) noexcept;

/// A card without locks that holds the document's files, with a statement that claims what the document is. Fails as
/// kernel::Card::create_personalized.
[[nodiscard]] base::Result<Specimen> card_with(DocumentKind kind, const conformance::lds::Evidence& evidence,
                                               base::Rng& rng, const base::Clock& clock);

}  // namespace cicada::tests::mutation
