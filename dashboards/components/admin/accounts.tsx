/** Accounts: who may log in, with which roles in which places; invitations, resets, and what to do about a lost telephone. */
import { useState } from 'preact/hooks'
import type { AccountLink } from '../../../server/contract/accounts.ts'
import { addGrant, createAccount, createLink, endGrant, endSessionsOf } from '../../api/accounts.ts'
import { change, type Nouns } from '../../api.ts'
import { formatInstant } from '../../format.ts'
import { language, rich, t } from '../../i18n/index.tsx'
import { ActionButton } from '../action-button.tsx'
import { ActionHead } from '../figure-cells.tsx'
import { FormRefusal, TextField, useForm } from '../form.tsx'
import { Icon } from '../icons.tsx'
import { Card, Scroll } from '../page.tsx'
import { Message } from '../states.tsx'
import { ShowMore } from './found.tsx'
import { GrantFields, grantOf } from './grant-fields.tsx'
import { Nothing } from './records.tsx'
import { inOrder, type SectionProps, type UnitNames } from './sections.tsx'

type Account = Nouns['accounts']
interface AccountsProps extends SectionProps<Account> {
  units: UnitNames
}

export function Accounts({ items, reload, units, found }: AccountsProps) {
  const locked = found?.ended ?? items.filter(({ active }) => !active).length
  const invited = found?.invited ?? items.filter(({ active, has_password }) => active && !has_password).length
  const n = (found?.total ?? items.length) - locked - invited
  const sorted = inOrder(
    items.map((account) => ({ ...account, name: account.username })),
    found,
  )
  return (
    <>
      <section class="answer" id="top">
        <h1>{rich(found?.text ? 'accounts.headline_found' : 'accounts.headline', { n, invited, k: locked })}</h1>
      </section>
      <div class="grid loose">
        <Card id="list" span={8} title={t('accounts.list')} about={t('accounts.about')}>
          {items.length === 0 ? (
            <Nothing text={found?.text ?? ''} />
          ) : (
            <Scroll name={t('nav.accounts')}>
              <table class="table stacked left">
                <thead>
                  <tr>
                    <th scope="col">{t('login.username')}</th>
                    <th scope="col">{t('accounts.role')}</th>
                    <th scope="col">{t('accounts.state')}</th>
                    <ActionHead />
                  </tr>
                </thead>
                <tbody>
                  {sorted.map((account) => (
                    <Row key={account.account_id} {...{ account, units, reload }} />
                  ))}
                </tbody>
              </table>
            </Scroll>
          )}
          <ShowMore found={found} shown={items.length} />
        </Card>
        <div class="span-4 sticky">
          <NewAccount {...{ units, reload }} />
        </div>
      </div>
    </>
  )
}

type RowProps = Omit<AccountsProps, 'items'> & { account: Account }

function Row({ account, units, reload }: RowProps) {
  const [isOpen, setOpen] = useState(false)
  const { account_id, username, active } = account
  const placeOf = (grant: Account['grants'][number]) => {
    return (
      [grant.officer_name, grant.unit_id && units.get(grant.unit_id)].filter(Boolean).join(', ') ||
      t('accounts.province')
    )
  }
  return (
    <>
      <tr class={active ? undefined : 'ended'} data-account-id={account_id}>
        <th scope="row">{username}</th>
        <td data-label={t('accounts.role')}>
          <ul class="plain">
            {account.grants.map((grant) => (
              <li key={grant.grant_id}>
                {t(`role.${grant.role}`)} <small>{placeOf(grant)}</small>
              </li>
            ))}
          </ul>
        </td>
        <td data-label={t('accounts.state')}>{stateOf(account)}</td>
        <td>
          <span class="buttons">
            <button type="button" class="button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
              {t('accounts.manage')}
              <span class="sr"> {username}</span>
            </button>
          </span>
        </td>
      </tr>
      {isOpen && (
        <tr class="details">
          <td colSpan={4}>
            <Manage {...{ account, units, reload }} placeOf={placeOf} />
          </td>
        </tr>
      )}
    </>
  )
}

function stateOf({ active, has_password, has_second_factor, second_factor_waived }: Account): string {
  if (!active) return t('accounts.locked')
  if (!has_password) return t('accounts.invited')
  if (has_second_factor) return t('accounts.second_on')
  return t(second_factor_waived ? 'accounts.second_waived' : 'accounts.second_off')
}

function Manage({
  account,
  units,
  reload,
  placeOf,
}: RowProps & { placeOf: (grant: Account['grants'][number]) => string }) {
  const [link, setLink] = useState<AccountLink | null>(null)
  const { account_id, username, active } = account
  const act = (work: () => Promise<unknown>) => async () => {
    await work()
    await reload()
  }
  return (
    <div class="stack manage">
      {account.grants.length > 1 && (
        <div class="buttons">
          {account.grants.map((grant) => (
            <ActionButton
              key={grant.grant_id}
              label={t('accounts.end_role', { role: t(`role.${grant.role}`), place: placeOf(grant) })}
              confirm={t('accounts.end_role_confirm', { name: username })}
              act={act(() => endGrant(grant.grant_id))}
            />
          ))}
        </div>
      )}
      {active && <AddRole {...{ account, units, reload }} />}
      <div class="buttons">
        {active && (
          <ActionButton
            label={t(account.has_password ? 'accounts.reset' : 'accounts.invite_again')}
            act={async () => setLink(await createLink(account_id))}
          />
        )}
        {active && account.has_second_factor && (
          <ActionButton
            label={t('accounts.second_reset')}
            confirm={t('accounts.second_reset_confirm', { name: username })}
            act={act(() => change('accounts', account_id, { reset_second_factor: true }))}
          />
        )}
        {active && account.second_factor_waived && (
          <ActionButton
            label={t('accounts.second_ask')}
            act={act(() => change('accounts', account_id, { second_factor_waived: false }))}
          />
        )}
        {active && (
          <ActionButton
            label={t('accounts.log_out')}
            confirm={t('accounts.log_out_confirm', { name: username })}
            act={() => endSessionsOf(account_id)}
          />
        )}
        <ActionButton
          label={t(active ? 'accounts.lock' : 'accounts.unlock')}
          {...(active ? { confirm: t('accounts.lock_confirm', { name: username }) } : {})}
          act={act(() => change('accounts', account_id, { active: !active }))}
        />
      </div>
      {link && <LinkShown link={link} username={username} />}
    </div>
  )
}

/** Shown once. The administrator hands it over and never sees the password that is set behind it. */
function LinkShown({ link, username }: { link: AccountLink; username: string }) {
  const address = `${location.origin}/invitation#${link.token}`
  const [isCopied, setCopied] = useState(false)
  return (
    <div class="message good link-shown" role="status">
      <div>
        <p>{rich('accounts.link_about', { name: username, until: formatInstant(link.expires_at, language.value) })}</p>
        <p>
          <code data-link>{address}</code>
        </p>
        <button
          type="button"
          class="button"
          onClick={() => void navigator.clipboard?.writeText(address).then(() => setCopied(true))}
        >
          {t(isCopied ? 'accounts.copied' : 'accounts.copy')}
        </button>
      </div>
    </div>
  )
}

function AddRole({ account, units, reload }: RowProps) {
  const { busy, refusal, onSubmit } = useForm(async (values) => {
    await addGrant({ account_id: account.account_id, ...grantOf(values) })
    await reload()
  })
  return (
    <form class="inline" onSubmit={onSubmit} noValidate autocomplete="off">
      <GrantFields {...{ units, refusal }} />
      <FormRefusal refusal={refusal} fields={['role', 'unit_id', 'officer_id']} />
      <button type="submit" class="button" aria-disabled={busy}>
        <Icon name="plus" />
        {t('accounts.add_role')}
      </button>
    </form>
  )
}

function NewAccount({ units, reload }: Omit<AccountsProps, 'items'>) {
  const [made, setMade] = useState<{ username: string; link: AccountLink | null } | null>(null)
  const { busy, refusal, onSubmit } = useForm(async (values) => {
    setMade(null)
    const { username = '', password } = values
    const { link } = await createAccount({ username, ...(password ? { password } : {}), ...grantOf(values) })
    await reload()
    setMade({ username, link })
  })
  return (
    <Card id="form" title={t('accounts.add')}>
      <form class="stack" onSubmit={onSubmit} noValidate autocomplete="off">
        <GrantFields {...{ units, refusal }} />
        <TextField
          name="username"
          label={t('login.username')}
          hint={t('accounts.username_hint')}
          required
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          refusal={refusal}
        />
        <TextField
          name="password"
          type="password"
          label={t('login.password')}
          hint={t('accounts.password_hint')}
          autocomplete="new-password"
          refusal={refusal}
        />
        <FormRefusal refusal={refusal} fields={['role', 'unit_id', 'officer_id', 'username', 'password']} />
        {made && !made.link && (
          <Message kind="good" icon="check">
            <span role="status">{t('records.saved', { name: made.username })}</span>
          </Message>
        )}
        <div class="buttons">
          <button type="submit" class="button main" aria-disabled={busy}>
            <Icon name="plus" />
            {t('form.add')}
          </button>
        </div>
      </form>
      {made?.link && <LinkShown link={made.link} username={made.username} />}
    </Card>
  )
}
